using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Faults;

/// <summary>What is to go wrong, by the number of the request, so that it goes wrong at the same place however fast the machine is.</summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ApiKey, int> _counts = [];
    private readonly List<(ApiKey? Api, int Number, FaultAction Action)> _planned = [];
    private readonly List<(RequestSeen Request, FaultAction Action)> _happened = [];
    private Func<RequestSeen, FaultAction?>? _asked;
    private int _total;

    /// <summary>Requests of all kinds so far.</summary>
    public int Total
    {
        get
        {
            lock (_gate)
                return _total;
        }
    }

    /// <summary>What has gone wrong so far, in order.</summary>
    public IReadOnlyList<(RequestSeen Request, FaultAction Action)> Happened
    {
        get
        {
            lock (_gate)
                return [.. _happened];
        }
    }

    /// <summary>Requests of a kind so far.</summary>
    public int Count(ApiKey api)
    {
        lock (_gate)
            return _counts.GetValueOrDefault(api);
    }

    /// <summary>Plans a fault for the <paramref name="nth"/> request of a kind from now on, from 1.</summary>
    public void At(ApiKey api, int nth, FaultAction action)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nth, 1);
        lock (_gate)
            _planned.Add((api, _counts.GetValueOrDefault(api) + nth, action));
    }

    /// <summary>Plans a fault for the <paramref name="nth"/> request of any kind from now on, from 1.</summary>
    public void AtAny(int nth, FaultAction action)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nth, 1);
        lock (_gate)
            _planned.Add((null, _total + nth, action));
    }

    /// <summary>Plans connections cut before or after, from a seed, among the next requests of any kind.</summary>
    /// <param name="seed">The same seed gives the same plan.</param>
    /// <param name="count">How many faults.</param>
    /// <param name="among">Among how many requests.</param>
    public void Scatter(int seed, int count, int among)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
            AtAny(1 + random.Next(among), random.Next(2) == 0 ? new FaultAction.CutBefore() : new FaultAction.CutAfter());
    }

    /// <summary>Asks for a fault at every request for which none is planned; null takes the question away.</summary>
    public void Ask(Func<RequestSeen, FaultAction?>? asked)
    {
        lock (_gate)
            _asked = asked;
    }

    /// <summary>Forgets what is planned.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _planned.Clear();
            _asked = null;
        }
    }

    /// <summary>Counts a request and says what is to go wrong with it.</summary>
    internal FaultAction? Next(ApiKey api, string? clientId, int bytes)
    {
        Func<RequestSeen, FaultAction?>? asked;
        RequestSeen seen;
        FaultAction? action = null;
        lock (_gate)
        {
            seen = new RequestSeen(api, _counts[api] = _counts.GetValueOrDefault(api) + 1, ++_total, clientId, bytes);
            var at = _planned.FindIndex(plan => plan.Api is null ? plan.Number == seen.Total : plan.Api == api && plan.Number == seen.Number);
            if (at >= 0)
            {
                action = _planned[at].Action;
                _planned.RemoveAt(at);
            }

            asked = _asked;
        }

        action ??= asked?.Invoke(seen);
        if (action is not null)
        {
            lock (_gate)
                _happened.Add((seen, action));
        }

        return action;
    }
}
