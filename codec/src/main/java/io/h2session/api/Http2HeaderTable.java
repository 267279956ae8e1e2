package io.h2session.api;

import io.h2session.hpack.HeaderField;
import java.util.List;

/**
 * A dynamic table of HPACK (RFC 7541 section 2.3.2) at one moment: {@link Http2SessionContext#encoderTable()}.
 *
 * <p>The fields are what the messages of the connection have in common, among them what is secret, such as cookies. Log and
 * show their values with the same care as those of a request.
 *
 * @param size bytes that the entries count, 32 for each beyond its name and value (section 4.1)
 * @param capacity the greatest size in bytes
 * @param fields the newest first: their indices begin at 62. Immutable
 * @since 0.1
 */
@Unstable
public record Http2HeaderTable(int size, int capacity, List<HeaderField> fields) {
    /** Copies the list. */
    public Http2HeaderTable {
        fields = List.copyOf(fields);
    }
}
