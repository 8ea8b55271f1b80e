namespace Emergence.Sinks.Kafka.Client;

/// <summary>A call of the Kafka client failed. The only exception of the client's side of the seam, cancellation apart.</summary>
public sealed class KafkaFailureException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="kind">What can be done about it.</param>
    /// <param name="code">The client's name of the error, such as <c>Local_AllBrokersDown</c>.</param>
    /// <param name="message">What happened, without secrets.</param>
    /// <param name="inner">The client's own exception.</param>
    public KafkaFailureException(FailureKind kind, string code, string message, Exception? inner = null)
        : base(message, inner) => (Kind, Code) = (kind, code);

    /// <summary>What can be done about it.</summary>
    public FailureKind Kind { get; }

    /// <summary>The client's name of the error.</summary>
    public string Code { get; }
}
