package dev.fourfold.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolsTest {

    @TempDir
    Path tools;

    @Test
    void tool_isMadeOnce_forAllWhoAskAtOnce() throws Exception {
        var made = new AtomicInteger();
        Callable<Path> ask = () -> Tools.once(tools, "tool", Path.of("tool"), empty -> {
            made.incrementAndGet();
            Files.writeString(empty.resolve("tool"), "whole");
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(ask);
            var second = threads.submit(ask);
            assertThat(first.get()).isEqualTo(second.get()).hasContent("whole");
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void toolThatCannotBeMade_leavesNothingThatLooksLikeOne() throws Exception {
        assertThatThrownBy(() -> Tools.once(tools, "tool", Path.of(""), empty -> {
                    Files.writeString(empty.resolve("half"), "half");
                    throw new IOException("no more space");
                }))
                .hasMessage("no more space");
        assertThat(tools.resolve("tool")).doesNotExist();

        Tools.once(tools, "tool", Path.of(""), empty -> Files.writeString(empty.resolve("whole"), "whole"));

        assertThat(tools.resolve("tool/whole")).exists();
        assertThat(tools.resolve("tool/half")).doesNotExist();
    }
}
