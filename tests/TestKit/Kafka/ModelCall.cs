namespace Emergence.TestKit.Kafka;

/// <summary>A call of a client, before it is carried out.</summary>
/// <param name="Number">Its number among the process's calls, from 1.</param>
/// <param name="Process">Who calls.</param>
/// <param name="Operation">What for.</param>
public sealed record ModelCall(int Number, string Process, ModelOperation Operation);
