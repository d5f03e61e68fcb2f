package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.buffer.Input;
import io.penstock.format.parquet.ParquetFile;
import io.penstock.format.parquet.ParquetFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.apache.arrow.vector.types.pojo.Schema;

/** A Parquet file of any writer. */
final class ParquetInput extends DecodedInput {
    private long rows;

    private ParquetInput(String name, Path file, Path temporary, Penstock penstock) throws IOException {
        super(name, new ParquetFormat(), file, temporary, penstock);
    }

    static ParquetInput ofFile(String name, Path file, Penstock penstock) throws IOException {
        return new ParquetInput(name, file, null, penstock);
    }

    /** Takes all of {@code in}, and closes it. */
    static ParquetInput ofStream(String name, InputStream in, Penstock penstock) throws IOException {
        Path copy = copy(in);
        return new ParquetInput(name, copy, copy, penstock);
    }

    @Override
    Schema ownSchema(Input file) throws IOException {
        ParquetFile footer = ParquetFile.read(file, name());
        rows = footer.rows();
        return footer.schema();
    }

    @Override
    public long rows() {
        return rows;
    }
}
