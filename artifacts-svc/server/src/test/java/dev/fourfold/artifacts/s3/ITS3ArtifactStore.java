package dev.fourfold.artifacts.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.artifacts.store.ArtifactStore;
import dev.fourfold.artifacts.store.ArtifactStoreContract;
import dev.fourfold.contract.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;

class ITS3ArtifactStore extends ArtifactStoreContract {

    private static final String BUCKET = "contract-" + UUID.randomUUID();

    private static S3Link link;
    private static ArtifactStore store;

    @BeforeAll
    static void open() {
        S3Settings settings = TestBucket.settings("s3://" + BUCKET + "/a/prefix/");
        link = new S3Link(settings);
        link.repeating().createBucket(ask -> ask.bucket(BUCKET));
        store = store(settings, link);
    }

    @AfterAll
    static void noUpload_isLeftHalfDone() {
        assertThat(link.repeating()
                        .listMultipartUploads(ask -> ask.bucket(BUCKET))
                        .uploads())
                .isEmpty();
        link.close();
    }

    @Override
    protected ArtifactStore store() {
        return store;
    }

    @Override
    protected boolean offersTransfers() {
        return true;
    }

    @Test
    void key_isPrefixAndPath() {
        put("d/a.txt", "a");

        assertThat(link.repeating()
                        .headObject(ask -> ask.bucket(BUCKET).key("a/prefix/" + at("d/a.txt")))
                        .contentLength())
                .isEqualTo(1);
    }

    @Test
    void whatLiesBesideThePrefix_isNotThere() {
        link.repeating().putObject(ask -> ask.bucket(BUCKET).key("a/prefix2/secret"), RequestBody.fromString("canary"));
        link.repeating().putObject(ask -> ask.bucket(BUCKET).key("outside"), RequestBody.fromString("canary"));
        put("a.txt", "a");

        assertThat(store().list(ArtifactPath.ROOT)).containsExactly(new ArtifactEntry("contract", true, 0));
        assertProblem(Problem.NotFound.class, () -> store().get(ArtifactPath.of("outside"), ByteRange.WHOLE));
    }

    @Test
    void root_ofAWholeBucket_isTheBucket() throws IOException {
        String other = "whole-" + UUID.randomUUID();
        S3Settings settings = TestBucket.settings("s3://" + other);
        link.repeating().createBucket(ask -> ask.bucket(other));
        var whole = store(settings, link);

        whole.put(ArtifactPath.of("a"), InputStream.nullInputStream(), 0);

        assertThat(whole.list(ArtifactPath.ROOT)).containsExactly(new ArtifactEntry("a", false, 0));
        assertThat(whole.transfers().orElseThrow().root()).isEqualTo("s3://" + other);
        assertThat(link.repeating()
                        .headObject(ask -> ask.bucket(other).key("a"))
                        .contentLength())
                .isZero();
    }

    /** Parts are held and sent one by one where the size is not known. */
    @Test
    void put_largeOfUnknownSize_takesAll() throws IOException {
        var bytes = new byte[(20 << 20) + 17];
        new Random(3).nextBytes(bytes);

        store().put(at("large"), new ByteArrayInputStream(bytes), -1);

        try (var content = store().get(at("large"), ByteRange.WHOLE)) {
            assertThat(content.size()).isEqualTo(bytes.length);
            assertThat(content.stream().readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void put_largeStreamFails_leavesNothing() {
        for (long size : new long[] {-1, 40 << 20}) {
            var broken = new SequenceInputStream(new ByteArrayInputStream(new byte[20 << 20]), new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new IOException("the client hung up");
                }
            });

            assertProblem(Problem.InvalidArgument.class, () -> store().put(at("d/large"), broken, size));

            assertAbsent("d/large");
            assertThat(list("")).isEmpty();
        }
    }

    @Test
    void put_shorterOrLongerThanSaid_leavesNothing() {
        for (int actual : new int[] {999_999, 1_000_001}) {
            assertProblem(
                    Problem.InvalidArgument.class,
                    () -> store().put(at("a"), new ByteArrayInputStream(new byte[actual]), 1_000_000));
            assertAbsent("a");
        }
    }

    @Test
    void keyOverTheLimitOfS3_isAMistakeOfTheCaller() {
        String deep = ("d".repeat(200) + "/").repeat(6) + "a";

        assertProblem(Problem.InvalidArgument.class, () -> put(deep, "too long"));
        assertProblem(Problem.InvalidArgument.class, () -> store().get(at(deep), ByteRange.WHOLE));
        assertProblem(Problem.InvalidArgument.class, () -> store().delete(at(deep)));
        assertProblem(Problem.InvalidArgument.class, () -> store().list(at(deep)));
    }

    @Test
    void aFolderMadeByAConsole_isNoFile() {
        link.repeating()
                .putObject(ask -> ask.bucket(BUCKET).key("a/prefix/" + at("console") + "/"), RequestBody.empty());
        put("console/a", "a");

        assertThat(list("console")).containsExactly(new ArtifactEntry("a", false, 1));
    }

    @Test
    void store_away_isUnavailable() {
        assertUnavailable(away(9, Duration.ofSeconds(30)));
        assertUnavailable(TestBucket.settings("s3://no-such-bucket-" + UUID.randomUUID()));
    }

    /** Connections are taken and nothing is ever answered; without the limit each would last for minutes. */
    @Test
    @Timeout(60)
    void store_thatNeverAnswers_isGivenUp() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertUnavailable(away(silent.getLocalPort(), Duration.ofMillis(500)));
        }
    }

    private static S3Settings away(int port, Duration timeout) {
        return new S3Settings(
                URI.create("s3://nowhere"),
                URI.create("http://127.0.0.1:" + port),
                null,
                null,
                null,
                "key",
                "secret",
                null,
                timeout);
    }

    private static void assertUnavailable(S3Settings settings) {
        var lonely = new S3Link(settings);
        try {
            var there = store(settings, lonely);
            var path = ArtifactPath.of("a");
            assertThat(there.status().available()).isFalse();
            assertProblem(Problem.Unavailable.class, () -> there.get(path, ByteRange.WHOLE));
            assertProblem(Problem.Unavailable.class, () -> there.list(path));
            assertProblem(Problem.Unavailable.class, () -> there.delete(path));
            assertProblem(Problem.Unavailable.class, () -> there.put(path, InputStream.nullInputStream(), 0));
        } finally {
            lonely.close();
        }
    }

    private static ArtifactStore store(S3Settings settings, S3Link link) {
        var bucket = new S3Bucket(settings, link);
        return new S3ArtifactStore(
                settings, link, bucket, new S3Upload(bucket, link), new S3Transfers(settings, link, bucket));
    }
}
