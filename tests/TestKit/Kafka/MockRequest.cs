namespace Emergence.TestKit.Kafka;

/// <summary>Kafka's numbers of the kinds of request, those that tests let fail.</summary>
public static class MockRequest
{
    public const short Produce = 0;
    public const short Fetch = 1;
    public const short ListOffsets = 2;
    public const short Metadata = 3;
    public const short FindCoordinator = 10;
    public const short Heartbeat = 12;
    public const short InitProducerId = 22;
    public const short AddPartitionsToTransaction = 24;
    public const short EndTransaction = 26;
    public const short TransactionOffsetCommit = 28;
}
