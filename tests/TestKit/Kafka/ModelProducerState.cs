namespace Emergence.TestKit.Kafka;

/// <summary>What the model knows of a transactional id.</summary>
internal sealed class ModelProducerState
{
    /// <summary>Counts who has taken it over.</summary>
    public int Epoch { get; set; }

    /// <summary>The transaction that is open.</summary>
    public ModelTransaction? Open { get; set; }

    /// <summary>The epoch whose transaction was ended because it took too long.</summary>
    public int ExpiredEpoch { get; set; }
}
