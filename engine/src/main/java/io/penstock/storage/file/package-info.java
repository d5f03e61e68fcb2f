/** The store on a local file system. */
package io.penstock.storage.file;
