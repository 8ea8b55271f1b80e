using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Every kind of request that is answered; what is not here is not announced.</summary>
internal static class ApiTable
{
    public static IReadOnlyDictionary<ApiKey, IApi> Make(BrokerState state, Func<int> port)
    {
        Dictionary<ApiKey, IApi> table = [];
        IApi[] apis =
        [
            new ApiVersionsApi(() => table.Values.Select(api => api.Range)),
            new MetadataApi(state, port), new CreateTopicsApi(state), new DeleteTopicsApi(state), new DescribeConfigsApi(state),
            new ProduceApi(state), new FetchApi(state), new ListOffsetsApi(state),
            new FindCoordinatorApi(port), new InitProducerIdApi(state), new AddPartitionsToTxnApi(state), new AddOffsetsToTxnApi(state),
            new TxnOffsetCommitApi(state), new EndTxnApi(state),
            new JoinGroupApi(state), new SyncGroupApi(state), new HeartbeatApi(state), new LeaveGroupApi(state),
            new OffsetCommitApi(state), new OffsetFetchApi(state),
        ];
        foreach (var api in apis)
            table.Add(api.Range.Key, api);
        return table;
    }
}
