/** The store on S3 and on servers that speak like it, by the AWS SDK and the AWS Common Runtime: both optional dependencies. */
package io.penstock.storage.s3;
