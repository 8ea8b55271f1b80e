namespace Emergence.Cli.Exit;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed: a defect, or a part of the machine that does not work.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration.</summary>
    public const int Usage = 2;

    /// <summary>Bad input, or a disk that cannot be read or written.</summary>
    public const int BadInput = 3;

    /// <summary>A server that is needed cannot be reached.</summary>
    public const int NoServer = 4;

    /// <summary>Interrupted after a clean drain.</summary>
    public const int Interrupted = 130;
}
