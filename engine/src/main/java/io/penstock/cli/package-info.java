/** The command line: what a person types, turned into calls of {@link io.penstock.Penstock}. Nothing else uses it. */
package io.penstock.cli;
