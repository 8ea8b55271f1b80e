namespace Emergence.Pipeline.Flow;

/// <summary>What a sink does with a message.</summary>
/// <typeparam name="TIn">What it receives.</typeparam>
/// <param name="message">The message; disposed when the body ends.</param>
/// <param name="aborted">Signalled when the run is aborted; waits should give up then.</param>
/// <returns>Completes when the message is done with. Any exception fails the run.</returns>
public delegate ValueTask SinkBody<in TIn>(TIn message, CancellationToken aborted)
    where TIn : Message;
