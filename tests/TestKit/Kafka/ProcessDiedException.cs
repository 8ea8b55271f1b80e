namespace Emergence.TestKit.Kafka;

/// <summary>The process that makes a call is gone: nothing it does from now on has any effect, and nothing may catch this.</summary>
public sealed class ProcessDiedException : Exception;
