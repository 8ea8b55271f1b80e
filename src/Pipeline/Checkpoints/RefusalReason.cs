namespace Emergence.Pipeline.Checkpoints;

/// <summary>Why a checkpoint is not used.</summary>
public enum RefusalReason
{
    /// <summary>A file is missing, cut short, or not what it claims to be.</summary>
    NotWhole,

    /// <summary>Another folder of the same step is used.</summary>
    SameStep,

    /// <summary>Its weights are, byte for byte, those of another step.</summary>
    CopyOfAnotherStep,

    /// <summary>One of its shards is, byte for byte, that of another step, while others differ.</summary>
    ShardOfAnotherStep,

    /// <summary>Its architecture is not that of the run.</summary>
    OtherArchitecture,
}
