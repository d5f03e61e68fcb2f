package io.penstock.format.json;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.AbstractStructVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;

/** The vectors within a vector, without the lists that {@link FieldVector#getChildrenFromFields} makes at each call. */
final class Children {
    private Children() {}

    /** The vector of the elements of a list of any kind, or of the entries of a map. */
    static FieldVector elements(FieldVector list) {
        if (list instanceof ListVector vector) {
            return vector.getDataVector();
        }
        if (list instanceof LargeListVector vector) {
            return vector.getDataVector();
        }
        if (list instanceof FixedSizeListVector vector) {
            return vector.getDataVector();
        }
        if (list instanceof ListViewVector vector) {
            return vector.getDataVector();
        }
        return ((LargeListViewVector) list).getDataVector();
    }

    static FieldVector field(FieldVector struct, int index) {
        return (FieldVector) ((AbstractStructVector) struct).getChildByOrdinal(index);
    }

    static List<FieldVector> members(FieldVector union) {
        return union.getChildrenFromFields();
    }

    static ArrowBuf sizes(FieldVector view) {
        return view instanceof ListViewVector vector
                ? vector.getSizeBuffer()
                : ((LargeListViewVector) view).getSizeBuffer();
    }
}
