namespace Emergence.Pipeline.Flow;

/// <summary>What a stage does at a barrier before the graph passes the barrier on.</summary>
/// <typeparam name="TOut">What the stage emits.</typeparam>
/// <param name="barrier">The barrier, to look at; the graph forwards it when the body has ended.</param>
/// <param name="emit">Where to send what is due before the boundary.</param>
/// <returns>Completes when the barrier may pass. Any exception fails the run.</returns>
public delegate ValueTask BarrierBody<TOut>(BarrierMessage barrier, Emitter<TOut> emit)
    where TOut : Message;
