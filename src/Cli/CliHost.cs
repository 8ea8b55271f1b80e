using Spectre.Console;

namespace Emergence.Cli;

/// <summary>What the program touches of its surroundings; tests give their own.</summary>
internal sealed record CliHost
{
    /// <summary>Where results go.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Opens standard output for bytes instead of text.</summary>
    public Func<Stream> OpenBinaryOutput { get; init; } = Console.OpenStandardOutput;

    /// <summary>Whether nobody reads standard output any more. Writing to it does not tell: the runtime passes over a closed pipe in silence.</summary>
    public Func<bool> IsOutputGone { get; init; } = () => false;

    /// <summary>Where problems and, with <c>--json</c>, progress go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Environment variables by name.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Names of all environment variables.</summary>
    public Func<IEnumerable<string>> EnvironmentNames { get; init; } = () => [];

    /// <summary>The terminal, when standard output is one that can redraw; null otherwise.</summary>
    public required IAnsiConsole? Terminal { get; init; }

    /// <summary>The time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The real surroundings of this process.</summary>
    public static CliHost OfProcess()
    {
        Func<string, string?> variable = System.Environment.GetEnvironmentVariable;
        return new CliHost
        {
            Output = Console.Out,
            IsOutputGone = StandardOutput.IsGone,
            Error = Console.Error,
            Environment = variable,
            EnvironmentNames = () => System.Environment.GetEnvironmentVariables().Keys.Cast<string>(),
            Terminal = CanRedraw(variable) ? AnsiConsole.Console : null,
        };
    }

    private static bool CanRedraw(Func<string, string?> variable) =>
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(variable("NO_COLOR"))
        && string.IsNullOrEmpty(variable("CI"))
        && variable("TERM") is not (null or "" or "dumb");
}
