namespace Emergence.Stages.Models.Safetensors;

/// <summary>What the readers accept at most; everything larger is refused before memory is taken for it.</summary>
public static class SafetensorsLimits
{
    /// <summary>Bytes of a file's header: the limit that the format's own reader has.</summary>
    public const long HeaderBytes = 100_000_000;

    /// <summary>Dimensions of a tensor.</summary>
    public const int Rank = 16;

    /// <summary>Bytes of <c>model.safetensors.index.json</c>.</summary>
    public const long IndexBytes = 64 << 20;

    /// <summary>Characters of a name that a message quotes.</summary>
    public const int QuotedCharacters = 80;
}
