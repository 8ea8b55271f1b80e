namespace Emergence.TestBroker.Log;

/// <summary>Messages that readers of what is committed must leave out.</summary>
/// <param name="ProducerId">Whose.</param>
/// <param name="First">Offset of the first.</param>
/// <param name="Marker">Offset of the record that ended the transaction.</param>
internal sealed record AbortedTransaction(long ProducerId, long First, long Marker);
