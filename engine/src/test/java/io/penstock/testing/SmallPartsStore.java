package io.penstock.testing;

import java.util.List;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/** Lets the server take parts of any size in some buckets, so that tests of uploads need not send megabytes. */
final class SmallPartsStore extends ForwardingBlobStore {
    private final String prefix;

    /** @param prefix of the buckets' names */
    SmallPartsStore(BlobStore store, String prefix) {
        super(store);
        this.prefix = prefix;
    }

    @Override
    public List<Part> listMultipartUpload(MultipartUpload upload) {
        List<Part> parts = super.listMultipartUpload(upload);
        if (!upload.containerName().startsWith(prefix)) {
            return parts;
        }
        // The server refuses the completion of parts that it knows to be small.
        return parts.stream().map(part -> part.toBuilder().size(null).build()).toList();
    }
}
