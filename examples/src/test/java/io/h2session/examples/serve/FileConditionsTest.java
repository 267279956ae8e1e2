package io.h2session.examples.serve;

import static io.h2session.examples.serve.BothVersions.field;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that have a file already, by both versions of HTTP. */
@Timeout(180)
class FileConditionsTest {
    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
    private static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";

    @TempDir
    private Path root;

    private Path file;
    private BothVersions both;

    @BeforeEach
    void start() throws Exception {
        file = Files.writeString(root.resolve("page.html"), "<p>page</p>");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("1994-11-06T08:49:37.5Z")));
        both = new BothVersions(Pages.withFiles(root));
    }

    @AfterEach
    void stop() {
        both.close();
    }

    private String tag(Version version) throws Exception {
        return field(both.send(version, "HEAD", "/page.html"), "etag");
    }

    private int status(Version version, String... fields) throws Exception {
        int status = both.get(version, "/page.html", fields).statusCode();
        assertThat(both.send(version, "HEAD", "/page.html", fields).statusCode())
                .isEqualTo(status);
        return status;
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void whoHasTheFileIsToldSoWithoutABody(Version version) throws Exception {
        String tag = tag(version);

        HttpResponse<byte[]> response = both.get(version, "/page.html", "if-none-match", tag);

        assertThat(response.statusCode()).isEqualTo(304);
        assertThat(response.body()).isEmpty();
        assertThat(field(response, "etag")).isEqualTo(tag);
        assertThat(field(response, "last-modified")).isEqualTo(DATE);
        assertThat(field(response, "vary")).isEqualTo("accept-encoding");
        assertThat(field(response, "date")).isNotNull();
        assertThat(field(response, "content-length")).isNull();
        assertThat(field(response, "content-type")).isNull();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void tagsAreComparedWeaklyAndInLists(Version version) throws Exception {
        String tag = tag(version);

        assertThat(status(version, "if-none-match", "W/" + tag)).isEqualTo(304);
        assertThat(status(version, "if-none-match", "\"a\", \"b,c\", " + tag)).isEqualTo(304);
        assertThat(status(version, "if-none-match", "\"a\"", "if-none-match", tag))
                .isEqualTo(304);
        assertThat(status(version, "if-none-match", "*")).isEqualTo(304);
        assertThat(status(version, "if-none-match", "\"other\"")).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aFileThatChangedHasAnotherTag(Version version) throws Exception {
        String tag = tag(version);

        Files.writeString(file, "<p>other</p>");

        HttpResponse<byte[]> response = both.get(version, "/page.html", "if-none-match", tag);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).asString(UTF_8).isEqualTo("<p>other</p>");
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void datesAreComparedByTheSecondAndYieldToTags(Version version) throws Exception {
        assertThat(status(version, "if-modified-since", DATE)).isEqualTo(304);
        assertThat(status(version, "if-modified-since", AFTER)).isEqualTo(304);
        assertThat(status(version, "if-modified-since", "Sunday, 06-Nov-94 08:49:37 GMT"))
                .isEqualTo(304);
        assertThat(status(version, "if-modified-since", BEFORE)).isEqualTo(200);
        assertThat(status(version, "if-modified-since", "yesterday")).isEqualTo(200);
        assertThat(status(version, "if-modified-since", AFTER, "if-none-match", "\"other\""))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aConditionThatDoesNotHoldFails(Version version) throws Exception {
        String tag = tag(version);

        assertThat(status(version, "if-match", tag)).isEqualTo(200);
        assertThat(status(version, "if-match", "*")).isEqualTo(200);
        assertThat(status(version, "if-match", "W/" + tag)).isEqualTo(412);
        assertThat(status(version, "if-match", "\"other\"")).isEqualTo(412);
        assertThat(status(version, "if-unmodified-since", DATE)).isEqualTo(200);
        assertThat(status(version, "if-unmodified-since", BEFORE)).isEqualTo(412);
        assertThat(status(version, "if-match", tag, "if-unmodified-since", BEFORE))
                .isEqualTo(200);
    }
}
