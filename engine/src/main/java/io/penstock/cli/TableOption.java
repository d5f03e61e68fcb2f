package io.penstock.cli;

import io.penstock.TableName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --table}: which table of the store. */
final class TableOption {
    @Option(
            names = "--table",
            required = true,
            paramLabel = "DB.TABLE",
            converter = Converter.class,
            description = "The table: the names of its database and of itself.")
    TableName name;

    static final class Converter implements ITypeConverter<TableName> {
        @Override
        public TableName convert(String text) {
            try {
                return TableName.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
