namespace Emergence.Stages.Models.Safetensors;

/// <summary>What the readers accept at most; everything larger is refused before memory is taken for it.</summary>
public static class SafetensorsLimits
{
    /// <summary>Bytes of a file's header: the limit that the format's own reader has.</summary>
    public const long HeaderBytes = 100_000_000;

    /// <summary>Tensors of one file: what is kept of a tensor can be four times as large as its line in the header.</summary>
    public const int Tensors = 1 << 17;

    /// <summary>Bytes of a tensor's or shard's name.</summary>
    public const int NameBytes = 4096;

    /// <summary>Bytes of <c>__metadata__</c>, keys and values together.</summary>
    public const int MetadataBytes = 16 << 20;

    /// <summary>Keys of <c>__metadata__</c>.</summary>
    public const int MetadataEntries = 1 << 14;

    /// <summary>Dimensions of a tensor.</summary>
    public const int Rank = 16;

    /// <summary>Bytes of <c>model.safetensors.index.json</c>.</summary>
    public const long IndexBytes = 64 << 20;

    /// <summary>Tensors that an index places.</summary>
    public const int IndexEntries = 1 << 19;

    /// <summary>Shards that an index names: each is a file that is held open.</summary>
    public const int Shards = 4096;

    /// <summary>Characters of a name that a message quotes.</summary>
    public const int QuotedCharacters = 80;
}
