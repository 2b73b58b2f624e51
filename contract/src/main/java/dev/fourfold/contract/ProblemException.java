package dev.fourfold.contract;

/** Carries a {@link Problem} up the stack: the only exception that operations throw on purpose. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /** A problem that nothing else caused. A client's mistake needs no stack trace, so none is taken. */
    public ProblemException(Problem problem) {
        super(problem.message(), null, false, problem instanceof Problem.Internal);
        this.problem = problem;
    }

    /** A problem with its cause, for example the driver's exception. */
    public ProblemException(Problem problem, Throwable cause) {
        super(problem.message(), cause);
        this.problem = problem;
    }

    /** What went wrong. */
    public Problem problem() {
        return problem;
    }
}
