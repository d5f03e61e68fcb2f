package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.RandomSchemas;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.SortingColumn;
import org.junit.jupiter.api.Test;

class SortOrderTest {
    private static FileSchema sortedBy(String order) {
        ArrowType number = new ArrowType.Int(64, true);
        return SchemaToParquet.of(new Schema(
                List.of(
                        RandomSchemas.nullable("day", number),
                        RandomSchemas.nullable("s", ArrowType.Struct.INSTANCE, RandomSchemas.nullable("a b", number))),
                Map.of(SortOrder.KEY, order)));
    }

    @Test
    void columnsComeInTheOrderThatTheMetadataNames() {
        assertEquals(
                List.of(new SortingColumn(1, true, false), new SortingColumn(0, false, true)),
                SortOrder.of(sortedBy("s.a b desc, day asc NULLS FIRST")));
        assertEquals(List.of(new SortingColumn(0, false, false)), SortOrder.of(sortedBy("day nulls last")));
    }

    @Test
    void whatIsNotThereIsRefusedWithTheChoices() {
        for (String order : List.of("", "x", "day,", "day descending", "s")) {
            IllegalArgumentException refusal =
                    assertThrows(IllegalArgumentException.class, () -> SortOrder.of(sortedBy(order)), order);
            assertTrue(refusal.getMessage().contains("the columns are day, s.a b"), refusal.getMessage());
        }
    }

    @Test
    void noOrderIsNamedWithoutMetadata() {
        assertEquals(
                List.of(),
                SortOrder.of(
                        SchemaToParquet.of(new Schema(List.of(RandomSchemas.nullable("a", ArrowType.Utf8.INSTANCE))))));
    }
}
