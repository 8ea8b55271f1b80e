namespace Emergence.Cli.Tail;

/// <summary>How rows are shown.</summary>
internal interface ITailOutput
{
    /// <summary>Shows rows; what was shown before is out before the call ends.</summary>
    /// <param name="piece">The rows.</param>
    void Show(TailPiece piece);

    /// <summary>Nothing more comes.</summary>
    void End();
}
