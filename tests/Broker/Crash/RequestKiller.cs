using Emergence.TestBroker.Faults;
using Emergence.TestBroker.Proxy;
using Emergence.TestBroker.Wire;

namespace Emergence.Broker.Tests.Crash;

/// <summary>
/// Kills a publisher at its n-th request, before or after the broker has carried it out: moments are spread by progress, so that they
/// fall inside transactions however fast the machine is. It knows from the requests where that was.
/// </summary>
internal sealed class RequestKiller
{
    private readonly Lock _gate = new();
    private readonly KillMoment? _moment;
    private readonly Action _kill;
    private KillPlace _place = KillPlace.Starting;
    private int _seen;
    private int _counted;

    /// <summary>Watches every request through a proxy from now on.</summary>
    /// <param name="proxy">The proxy, which nobody else uses.</param>
    /// <param name="moment">When to kill; null never does.</param>
    /// <param name="kill">Kills the process.</param>
    public RequestKiller(KafkaProxy proxy, KillMoment? moment, Action kill)
    {
        (_moment, _kill) = (moment, kill);
        proxy.Faults.Ask(Next);
    }

    /// <summary>Requests seen.</summary>
    public int Seen
    {
        get
        {
            lock (_gate)
                return _seen;
        }
    }

    /// <summary>Where the process was killed; null when it was not.</summary>
    public KillPlace? Place { get; private set; }

    private FaultAction? Next(RequestSeen request)
    {
        lock (_gate)
        {
            if (Place is not null)
                return null;
            var before = _place;
            _place = request.Api switch
            {
                ApiKey.InitProducerId => KillPlace.Between,
                ApiKey.AddPartitionsToTxn or ApiKey.AddOffsetsToTxn => KillPlace.Inside,
                ApiKey.EndTxn => KillPlace.Between,
                _ => _place,
            };
            _seen++;
            if (_moment is null || (_moment.Api is { } api && request.Api != api) || ++_counted != _moment.Number)
                return null;
            Place = (request.Api, _moment.After) switch
            {
                (ApiKey.EndTxn, false) => KillPlace.AtCommit,
                (ApiKey.EndTxn, true) => KillPlace.Untold,
                (_, false) => before,
                _ => _place,
            };
            return _moment.After ? new FaultAction.After(_kill) : new FaultAction.Before(_kill);
        }
    }
}
