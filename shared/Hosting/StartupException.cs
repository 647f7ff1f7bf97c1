namespace Shop.Shared.Hosting;

/// <summary>
/// A reason not to start that the operator can mend: a wrong setting, a taken port, a database that does not fit.
/// The message is one whole line for the terminal; the process prints it, without a stack trace, and exits with 1.
/// </summary>
/// <param name="message">What is wrong and what to do, in one line.</param>
/// <param name="inner">What was thrown underneath, if anything.</param>
public sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
