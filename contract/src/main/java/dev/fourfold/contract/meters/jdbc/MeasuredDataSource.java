package dev.fourfold.contract.meters.jdbc;

import dev.fourfold.contract.meters.StoreCalls;
import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A pool whose statements, commits and rollbacks are timed, and whose connections in use are counted. Statements that are
 * prepared with few, large parameters are what it is for: each call of a statement passes through a proxy.
 */
public final class MeasuredDataSource implements DataSource {

    /** What is timed, and as which operation; "executeQuery" and its like by the first word of the SQL. */
    private static final Map<String, String> OF_CONNECTIONS = Map.of("commit", "COMMIT", "rollback", "ROLLBACK");

    private static final int LONGEST_WORD = 12;

    private final DataSource pool;
    private final StoreCalls calls;
    private final AtomicInteger inUse = new AtomicInteger();

    /** @param name of the pool, among those to the same store */
    public MeasuredDataSource(DataSource pool, StoreCalls calls, String name) {
        this.pool = pool;
        this.calls = calls;
        calls.connections(name, inUse::get);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return measured(pool.getConnection());
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return measured(pool.getConnection(username, password));
    }

    private Connection measured(Connection connection) {
        inUse.incrementAndGet();
        return (Connection) Proxy.newProxyInstance(
                MeasuredDataSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new OneConnection(connection));
    }

    /** Passes on what is called, exceptions unwrapped. */
    private static @Nullable Object pass(Object target, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private @Nullable Object timed(
            String operation, Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        long begun = System.nanoTime();
        try {
            var result = pass(target, method, arguments);
            calls.succeeded(operation, System.nanoTime() - begun);
            return result;
        } catch (SQLException e) {
            // The state where there is one: unlike the class it says what happened.
            String state = e.getSQLState();
            calls.failed(operation, state == null ? e.getClass().getSimpleName() : state, System.nanoTime() - begun);
            throw e;
        }
    }

    /** A connection of the pool, given back once. */
    private final class OneConnection implements InvocationHandler {

        private final Connection connection;
        private boolean given;

        OneConnection(Connection connection) {
            this.connection = connection;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
                throws Throwable {
            var name = method.getName();
            var operation = OF_CONNECTIONS.get(name);
            if (operation != null) {
                return timed(operation, connection, method, arguments);
            }
            switch (name) {
                case "close", "abort" -> {
                    if (!given) {
                        given = true;
                        inUse.decrementAndGet();
                    }
                }
                case "equals" -> {
                    return arguments != null && arguments[0] == proxy;
                }
                case "hashCode" -> {
                    return System.identityHashCode(proxy);
                }
                default -> {}
            }
            var result = pass(connection, method, arguments);
            if (result instanceof PreparedStatement statement) {
                var sql = arguments == null ? null : arguments[0];
                return statement(statement, PreparedStatement.class, word(String.valueOf(sql)), (Connection) proxy);
            }
            if (result instanceof Statement statement) {
                return statement(statement, Statement.class, null, (Connection) proxy);
            }
            return result;
        }
    }

    private Object statement(
            Statement statement, Class<? extends Statement> type, @Nullable String word, Connection connection) {
        return Proxy.newProxyInstance(
                MeasuredDataSource.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    var name = method.getName();
                    if (name.startsWith("execute")) {
                        var operation = word != null ? word : arguments == null ? "BATCH" : word(arguments[0]);
                        return timed(operation, statement, method, arguments);
                    }
                    return switch (name) {
                        case "getConnection" -> connection;
                        case "equals" -> arguments != null && arguments[0] == proxy;
                        case "hashCode" -> System.identityHashCode(proxy);
                        default -> pass(statement, method, arguments);
                    };
                });
    }

    /** SELECT, INSERT, WITH: an operation's name, of which there are few, as all statements are ours. */
    private static String word(@Nullable Object sql) {
        var text = String.valueOf(sql).stripLeading();
        int end = 0;
        while (end < text.length() && end < LONGEST_WORD && Character.isLetter(text.charAt(end))) {
            end++;
        }
        return end == 0 ? "SQL" : text.substring(0, end).toUpperCase(Locale.ROOT);
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(pool) ? type.cast(pool) : pool.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(pool) || pool.isWrapperFor(type);
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return pool.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        pool.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        pool.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return pool.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return pool.getParentLogger();
    }
}
