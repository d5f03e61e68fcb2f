package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTypesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "''|utf8",
                "1 -2 0|int64",
                "9223372036854775807 -9223372036854775808|int64",
                "9223372036854775808|utf8",
                "1 2.5|float64",
                "1e3 -0.0 1E-5|float64",
                "1e999|utf8",
                "007|utf8",
                "+1|utf8",
                ".5|utf8",
                "0x1F|utf8",
                "1d|utf8",
                "NaN|utf8",
                "true FALSE True|bool",
                "true 1|utf8",
                "2024-02-29 1969-12-31|date32",
                "2023-02-29|utf8",
                "2024-1-1|utf8",
                "2024-02-29T10:00 2024-02-29T10:00:00.123456|timestamp[us]",
                "2024-02-29T10:00:00.123456789 2024-02-29T10:00:00|timestamp[ns]",
                "2024-02-29T10:00:00Z 2024-02-29T10:00:00+02:00|timestamp[us,UTC]",
                "2024-02-29T10:00:00.1234567Z 2024-02-29T10:00:00Z|timestamp[ns,UTC]",
                "2024-02-29T10:00:00Z 2024-02-29T10:00:00|utf8",
                "2024-02-29 2024-02-29T10:00:00|utf8",
                "2024-02-29T25:00:00|utf8",
                "1 x|utf8"
            })
    void theTypeIsTheFirstThatEveryFieldFits(String fields, String type) throws IOException {
        CsvTypes types = new CsvTypes(1);
        String column = fields.replace(' ', '\n') + "\n";
        try (CsvReader<CsvRecord> records = CsvReader.builder().build(new CsvRecord(), new StringReader(column))) {
            records.forEach(types::sample);
        }
        assertEquals("a:" + type, TypeText.of(types.schema(List.of("a"))));
    }
}
