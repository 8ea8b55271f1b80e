namespace Emergence.Pipeline.Flow;

/// <summary>
/// What a stage does with a data message. It may emit any number of messages, awaiting each send, which is what bounds them. Torch
/// work is synchronous code between two awaits, and no dispose scope is open across one.
/// </summary>
/// <typeparam name="TIn">What it receives.</typeparam>
/// <typeparam name="TOut">What it emits.</typeparam>
/// <param name="message">The message; disposed when the body ends unless it was sent on or kept.</param>
/// <param name="emit">Where to send; valid until the body ends.</param>
/// <returns>Completes when the message is done with. Any exception fails the run.</returns>
public delegate ValueTask StageBody<in TIn, TOut>(TIn message, Emitter<TOut> emit)
    where TIn : Message
    where TOut : Message;
