package io.penstock.cli;

import io.penstock.RowAppender;
import io.penstock.TableWriter;
import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchColumnType;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** A generated table of TPC-H: {@code tpch:lineitem:0.1}. */
final class TpchInput<E extends TpchEntity> implements TableInput {
    static final String PREFIX = "tpch:";

    private static final int WORK_ROWS = 256;

    /** What a row is worth as progress, beside the bytes of files. */
    private static final int BYTES_PER_ROW = 128;

    private final String name;
    private final TpchTable<E> table;
    private final double scale;

    private TpchInput(String name, TpchTable<E> table, double scale) {
        this.name = name;
        this.table = table;
        this.scale = scale;
    }

    /** @throws IllegalArgumentException if {@code text} names no table or no scale; says the choices */
    static TpchInput<?> parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException(
                    "input '" + text + "' is refused: expected tpch:TABLE:SCALE, such as tpch:lineitem:0.1");
        }
        return new TpchInput<>(text, Tpch.table(parts[1]), Tpch.scale(parts[2]));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Schema schema(Schema wanted) {
        Schema own = Tpch.schema(table);
        if (wanted != null) {
            SchemaDifference.require(name, own, wanted);
        }
        return wanted == null ? own : wanted;
    }

    @Override
    public void appendTo(TableWriter writer, Work work) throws IOException {
        List<TpchColumn<E>> columns = table.getColumns();
        TpchColumnType.Base[] types =
                columns.stream().map(column -> column.getType().getBase()).toArray(TpchColumnType.Base[]::new);
        int rows = 0;
        for (E entity : Tpch.rows(table, scale)) {
            RowAppender row = writer.row();
            for (int i = 0; i < types.length; i++) {
                TpchColumn<E> column = columns.get(i);
                switch (types[i]) {
                    case INTEGER -> row.setLong(i, column.getInteger(entity));
                    case IDENTIFIER -> row.setLong(i, column.getIdentifier(entity));
                    case DATE -> row.setLong(i, column.getDate(entity));
                    case DOUBLE -> row.setDouble(i, column.getDouble(entity));
                    case VARCHAR -> row.setString(i, column.getString(entity));
                }
            }
            row.endRow();
            if (++rows == WORK_ROWS) {
                work.step((long) rows * BYTES_PER_ROW, rows);
                rows = 0;
            }
        }
        work.step((long) rows * BYTES_PER_ROW, rows);
    }

    @Override
    public long size() {
        return rows() * BYTES_PER_ROW;
    }

    @Override
    public long rows() {
        return Tpch.rowCount(table, scale);
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
