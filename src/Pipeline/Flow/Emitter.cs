using Emergence.Pipeline.Flow.Engine;

namespace Emergence.Pipeline.Flow;

/// <summary>Where the body of a stage sends what it makes of one message. Every send is awaited before the next.</summary>
/// <typeparam name="TOut">What the stage emits.</typeparam>
public sealed class Emitter<TOut>
    where TOut : Message
{
    private readonly Emission _emission;

    internal Emitter(Emission emission) => _emission = emission;

    /// <summary>Signalled when the run is aborted; long bodies and their waits should give up then.</summary>
    public CancellationToken Aborted => _emission.Aborted;

    /// <summary>Hands a message over to the next stage, waiting until that has room.</summary>
    /// <param name="message">A new message or the body's own input. From here on it is not the body's any more, even if this throws.</param>
    /// <returns>Completes when the next stage has it.</returns>
    /// <exception cref="OperationCanceledException">The run was aborted; let it pass.</exception>
    /// <exception cref="InvalidOperationException">The message had been sent before, an earlier send was not awaited, or the body had ended.</exception>
    public ValueTask SendAsync(TOut message) => _emission.SendAsync(message);

    /// <summary>Puts a boundary into the stream, after everything sent so far.</summary>
    /// <inheritdoc cref="SendAsync"/>
    /// <param name="barrier">A new barrier.</param>
    public ValueTask SendBarrierAsync(BarrierMessage barrier) => _emission.SendAsync(barrier);

    /// <summary>
    /// Says that the input is not to be disposed when the body ends, because it now belongs to something else that will dispose it,
    /// such as a message built around it.
    /// </summary>
    public void KeepInput() => _emission.InputGone = true;
}
