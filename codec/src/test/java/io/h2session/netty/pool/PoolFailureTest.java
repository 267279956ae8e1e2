package io.h2session.netty.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a gateway answers whose pool gave no stream. */
class PoolFailureTest {
    @Test
    void eachFailureHasTheStatusOfAGateway() {
        assertThat(Arrays.stream(PoolFailure.values())
                        .collect(Collectors.groupingBy(PoolFailure::gatewayStatus, Collectors.toSet())))
                .hasSize(3)
                .containsEntry(
                        503, Set.of(PoolFailure.CLOSED, PoolFailure.TOO_MANY_WAITERS, PoolFailure.ACQUIRE_TIMEOUT))
                .containsEntry(504, Set.of(PoolFailure.CONNECT_TIMEOUT))
                .containsEntry(
                        502,
                        Set.of(
                                PoolFailure.CONNECT_FAILED,
                                PoolFailure.TLS_FAILED,
                                PoolFailure.NOT_HTTP2,
                                PoolFailure.HTTP_1_1_REQUIRED,
                                PoolFailure.NOT_WRITTEN));
    }
}
