package io.penstock.storage.s3;

import java.util.Map;

/**
 * What the server has said to a request that it has carried out.
 *
 * @param status of HTTP, 200 to 299
 * @param headers by their names in lower case
 */
record Reply(int status, Map<String, String> headers) {}
