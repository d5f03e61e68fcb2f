package io.penstock.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * parquet-java writing lineitem to a {@link Device}, without Hadoop and with its own defaults but for the codec and the rows of a row
 * group. From rows as its examples do, a {@link Group} for each row; from batches through a {@link WriteSupport} that takes the values
 * from the vectors and makes no object but for the text: the shortest way that its API has.
 */
final class ParquetJavaFile implements AutoCloseable {
    static final MessageType SCHEMA = schema();

    private final HadoopFreeCodecs codecs = new HadoopFreeCodecs();
    private final String compression;
    private final int rowGroupRows;

    ParquetJavaFile(String compression, int rowGroupRows) {
        this.compression = compression;
        this.rowGroupRows = rowGroupRows;
    }

    private static MessageType schema() {
        Types.MessageTypeBuilder message = Types.buildMessage();
        for (Field field : DecimalLineItems.SCHEMA.getFields()) {
            switch (field.getType().getTypeID()) {
                case Int ->
                    message.optional(
                                    ((ArrowType.Int) field.getType()).getBitWidth() == 64
                                            ? PrimitiveTypeName.INT64
                                            : PrimitiveTypeName.INT32)
                            .named(field.getName());
                case Decimal ->
                    message.optional(PrimitiveTypeName.INT64)
                            .as(LogicalTypeAnnotation.decimalType(2, 12))
                            .named(field.getName());
                case Date ->
                    message.optional(PrimitiveTypeName.INT32)
                            .as(LogicalTypeAnnotation.dateType())
                            .named(field.getName());
                default ->
                    message.optional(PrimitiveTypeName.BINARY)
                            .as(LogicalTypeAnnotation.stringType())
                            .named(field.getName());
            }
        }
        return message.named("lineitem");
    }

    void write(Object[][] rows, Device device) throws IOException {
        SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
        try (ParquetWriter<Group> writer = configured(
                        ExampleParquetWriter.builder(new DeviceFile(device)).withType(SCHEMA))
                .build()) {
            for (Object[] row : rows) {
                writer.write(group(groups.newGroup(), row));
            }
        }
    }

    private static Group group(Group group, Object[] row) {
        group.add(0, (Long) row[0]);
        group.add(1, (Long) row[1]);
        group.add(2, (Long) row[2]);
        group.add(3, (Integer) row[3]);
        for (int column = 4; column < 8; column++) {
            group.add(column, ((BigDecimal) row[column]).unscaledValue().longValue());
        }
        group.add(8, (String) row[8]);
        group.add(9, (String) row[9]);
        for (int column = 10; column < 13; column++) {
            group.add(column, (int) ((LocalDate) row[column]).toEpochDay());
        }
        for (int column = 13; column < 16; column++) {
            group.add(column, (String) row[column]);
        }
        return group;
    }

    void write(List<VectorSchemaRoot> batches, Device device) throws IOException {
        try (ParquetWriter<Position> writer =
                configured(new BatchRows(new DeviceFile(device))).build()) {
            for (VectorSchemaRoot batch : batches) {
                Position position = new Position(batch);
                for (position.row = 0; position.row < batch.getRowCount(); position.row++) {
                    writer.write(position);
                }
            }
        }
    }

    private <B extends ParquetWriter.Builder<?, B>> B configured(B builder) {
        return builder.withConf(new PlainParquetConfiguration())
                .withCodecFactory(codecs)
                .withCompressionCodec(HadoopFreeCodecs.named(compression))
                .withRowGroupRowCountLimit(rowGroupRows)
                .withRowGroupSize(1L << 30);
    }

    @Override
    public void close() {
        codecs.close();
    }

    /** A row of a batch. */
    private static final class Position {
        final FieldVector[] vectors;
        int row;

        Position(VectorSchemaRoot batch) {
            vectors = batch.getFieldVectors().toArray(FieldVector[]::new);
        }
    }

    private static final class BatchRows extends ParquetWriter.Builder<Position, BatchRows> {
        BatchRows(OutputFile file) {
            super(file);
        }

        @Override
        protected BatchRows self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // abstract nevertheless
        protected WriteSupport<Position> getWriteSupport(Configuration configuration) {
            return new FromVectors();
        }

        @Override
        protected WriteSupport<Position> getWriteSupport(ParquetConfiguration configuration) {
            return new FromVectors();
        }
    }

    private static final class FromVectors extends WriteSupport<Position> {
        private final String[] names =
                DecimalLineItems.SCHEMA.getFields().stream().map(Field::getName).toArray(String[]::new);
        private RecordConsumer consumer;

        @Override
        @SuppressWarnings("deprecation") // abstract nevertheless
        public WriteContext init(Configuration configuration) {
            return new WriteContext(SCHEMA, Map.of());
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(SCHEMA, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            consumer = recordConsumer;
        }

        @Override
        public void write(Position position) {
            int row = position.row;
            consumer.startMessage();
            for (int column = 0; column < position.vectors.length; column++) {
                FieldVector vector = position.vectors[column];
                if (vector.isNull(row)) {
                    continue;
                }
                consumer.startField(names[column], column);
                if (vector instanceof BigIntVector longs) {
                    consumer.addLong(longs.get(row));
                } else if (vector instanceof IntVector ints) {
                    consumer.addInteger(ints.get(row));
                } else if (vector instanceof DecimalVector decimals) {
                    consumer.addLong(decimals.getDataBuffer().getLong((long) DecimalVector.TYPE_WIDTH * row));
                } else if (vector instanceof DateDayVector days) {
                    consumer.addInteger(days.get(row));
                } else {
                    consumer.addBinary(Binary.fromConstantByteArray(((VarCharVector) vector).get(row)));
                }
                consumer.endField(names[column], column);
            }
            consumer.endMessage();
        }
    }

    private record DeviceFile(Device device) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new DeviceStream(device);
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return new DeviceStream(device);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }

    private static final class DeviceStream extends PositionOutputStream {
        private final Device device;
        private long position;

        DeviceStream(Device device) {
            this.device = device;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int value) throws IOException {
            device.write(value);
            position++;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            device.write(source, offset, length);
            position += length;
        }

        @Override
        public void flush() throws IOException {
            device.flush();
        }

        @Override
        public void close() throws IOException {
            device.flush();
        }
    }
}
