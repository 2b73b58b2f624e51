package dev.fourfold.contract.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.status.Status;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessLogTest {

    @Test
    void format_isTextUnlessSaid() {
        assertThat(ProcessLog.format(null)).isEqualTo("text");
        assertThat(ProcessLog.format("")).isEqualTo("text");
        assertThat(ProcessLog.format("json")).isEqualTo("json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xml", "JSON", " text", "../text"})
    void format_ofAnotherName_isRefused(String format) {
        assertThatThrownBy(() -> ProcessLog.format(format))
                .hasMessage("FOURFOLD_LOG_FORMAT is '" + format + "', but must be text or json");
    }

    @Test
    void text_beginsWithTheRequestsId_whereThereIsOne() throws Exception {
        assertThat(line("text", "said", "an-id", null))
                .endsWith(" WARN  d.f.c.log.ProcessLogTest request=an-id said\n");
        assertThat(line("text", "said", null, null)).endsWith(" WARN  d.f.c.log.ProcessLogTest said\n");
        assertThat(line("text", "said", null, new IllegalStateException("why")))
                .contains(" said\njava.lang.IllegalStateException: why\n\tat dev.fourfold.");
    }

    @Test
    void json_isOneObjectALine() throws Exception {
        var line = read(line("json", "said \"so\"\nand\u0007 \u00fc", "an-id", new IllegalStateException("why\nso")));
        assertThat(line)
                .containsEntry("message", "said \"so\"\nand\u0007 \u00fc")
                .containsEntry("log.level", "WARN")
                .containsEntry("log.logger", ProcessLogTest.class.getName())
                .containsEntry("process.thread.name", Thread.currentThread().getName())
                .containsEntry("service.name", "metrics-svc")
                .containsEntry("http.request.id", "an-id")
                .containsEntry("error.type", "java.lang.IllegalStateException")
                .containsEntry("error.message", "why\nso");
        assertThat(line.get("@timestamp")).asString().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(line.get("error.stack_trace")).asString().contains("\tat dev.fourfold.contract.log.ProcessLogTest");

        assertThat(read(line("json", "said", null, null))).doesNotContainKeys("http.request.id", "error.type");
    }

    private static Map<String, Object> read(String line) throws IOException {
        assertThat(line).endsWith("\n");
        assertThat(line.strip()).doesNotContain("\n");
        return JsonMapper.createDefault().readValue(line, Argument.mapOf(String.class, Object.class));
    }

    /** What is written of an event under the configuration of our processes. */
    private static String line(String format, String message, @Nullable String id, @Nullable Throwable thrown)
            throws JoranException {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("fourfold.log.format", format);
        context.putProperty("fourfold.log.service", "metrics-svc");
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(
                Objects.requireNonNull(ProcessLogTest.class.getResource("/fourfold-logback.xml"), "its configuration"));
        assertThat(context.getStatusManager().getCopyOfStatusList())
                .allSatisfy(status -> assertThat(status.getLevel()).isLessThan(Status.WARN));
        if (id != null) {
            context.getMDCAdapter().put("http.request.id", id);
        }
        Logger logger = context.getLogger(ProcessLogTest.class);
        assertThat(logger.getEffectiveLevel()).isEqualTo(Level.INFO);
        var console = (OutputStreamAppender<ILoggingEvent>)
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console");
        var event = new LoggingEvent(ProcessLogTest.class.getName(), logger, Level.WARN, message, thrown, null);
        return new String(console.getEncoder().encode(event), StandardCharsets.UTF_8);
    }
}
