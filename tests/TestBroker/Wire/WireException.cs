namespace Emergence.TestBroker.Wire;

/// <summary>Bytes that are no request: the connection they came over is closed, as a real broker does.</summary>
public sealed class WireException(string message) : Exception(message);
