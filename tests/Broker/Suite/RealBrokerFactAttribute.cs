namespace Emergence.Broker.Tests.Suite;

/// <summary>A test that is skipped, with a message, when no real broker is named.</summary>
public sealed class RealBrokerFactAttribute : FactAttribute
{
    public RealBrokerFactAttribute()
    {
        if (BrokerUnderTest.Real is null)
            Skip = $"{BrokerUnderTest.Variable}=host:port names no broker: the suite ran against the test broker of tests/TestBroker.";
    }
}
