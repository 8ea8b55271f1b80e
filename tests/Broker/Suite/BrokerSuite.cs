namespace Emergence.Broker.Tests.Suite;

/// <summary>What the mock cluster cannot show, against the broker that EMERGENCE_TEST_KAFKA names, or the test broker when it names none; the tests' names say which.</summary>
public sealed class BrokerSuite
{
    public static TheoryData<string, string> All()
    {
        var broker = BrokerUnderTest.Real is { } real ? $"the broker at {real}" : "the test broker";
        var all = new TheoryData<string, string>();
        foreach (var name in Checks.ByName.Keys)
            all.Add(name, broker);
        return all;
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Holds(string check, string against)
    {
        await using var broker = BrokerUnderTest.Chosen();
        Assert.Equal(against, broker.Name);
        await Checks.ByName[check](broker);
    }

    [RealBrokerFact]
    public void A_real_broker_was_asked() => Assert.NotNull(BrokerUnderTest.Real);
}
