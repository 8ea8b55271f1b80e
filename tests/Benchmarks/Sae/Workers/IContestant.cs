namespace Emergence.Benchmarks.Sae.Workers;

/// <summary>What a worker of our own does between a command and its answer.</summary>
internal interface IContestant : IDisposable
{
    /// <summary>Latents that count as dead now.</summary>
    int DeadLatents { get; }

    /// <summary>Starts afresh.</summary>
    /// <param name="steps">Steps of the whole training.</param>
    /// <param name="batch">Tokens of a step.</param>
    /// <param name="rate">Peak learning rate; null for the trainer's own rule.</param>
    /// <param name="free">Whether the trainer may cut the tokens into batches of its own.</param>
    void Begin(int steps, int batch, double? rate, bool free);

    void Step();

    /// <summary>Ends the training.</summary>
    void End();

    /// <summary>Writes the SAE in SAELens's layout.</summary>
    void Save(string folder);
}
