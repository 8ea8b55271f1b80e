using Emergence.Stages.Input;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>Weights of a checkpoint that are, byte for byte, those of another step.</summary>
/// <param name="Step">The other step.</param>
/// <param name="Shard">The first weight file that both share while others differ; null when all the weights are the same.</param>
/// <param name="Shards">How many weight files both share; 0 when all the weights are the same.</param>
public sealed record WeightMatch(long Step, string? Shard, int Shards)
{
    /// <summary>Why such a checkpoint is refused.</summary>
    public RefusalReason Reason => Shard is null ? RefusalReason.CopyOfAnotherStep : RefusalReason.ShardOfAnotherStep;

    /// <summary>What is the same, as a clause about the checkpoint.</summary>
    public string Finding => Shard is null
        ? $"its weights are, byte for byte, those of step {Step}"
        : $"it has {(Shards == 1 ? "one shard" : $"{Shards} shards")} of another step: {Shard} is, byte for byte, that of step {Step}, while other shards differ";

    /// <summary>What is wrong, for <see cref="CheckpointEvents.Refused"/> with <see cref="Reason"/>.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="step">Its step.</param>
    /// <returns>The problem and its remedy.</returns>
    public BadInputException Problem(string folder, long step) => new(
        Shard is null ? folder : Path.Combine(folder, Shard),
        "",
        Finding,
        Shard is null
            ? $"Save the weights of step {step} again, or remove the folder; where equal weights are meant (a learning rate that starts at zero) use --copies use"
            : $"Save step {step} again, or remove the folder; where the shard's tensors are frozen use --copies use");
}
