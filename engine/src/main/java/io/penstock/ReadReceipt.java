package io.penstock;

/**
 * What a reader has done until now.
 *
 * @param rows returned
 * @param rowsRead from files, whether they were returned or not
 * @param files opened
 * @param filesSkipped because the table's log says that none of their rows can be asked for
 * @param rowGroupsSkipped in opened files, for what these say themselves
 * @param pagesSkipped of one column each, likewise
 * @param requests for files, that were sent to a server; 0 where the store has none
 * @param bytesRead of files, that came from it; 0 likewise
 */
public record ReadReceipt(
        long rows,
        long rowsRead,
        long files,
        long filesSkipped,
        long rowGroupsSkipped,
        long pagesSkipped,
        long requests,
        long bytesRead) {}
