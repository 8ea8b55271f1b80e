using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Messages;

/// <summary>What the capture stage receives: a model, then the tokens to send through it.</summary>
/// <param name="leases">Where living messages are counted.</param>
public abstract class CaptureInput(LeaseCounter leases) : Message(leases);
