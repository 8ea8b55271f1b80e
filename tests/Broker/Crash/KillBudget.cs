namespace Emergence.Broker.Tests.Crash;

/// <summary>How many kills are still to be made, by whichever story gets to it, and where those that were made fell.</summary>
internal sealed class KillBudget(int kills)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<KillPlace, int> _places = [];
    private int _left = kills;

    /// <summary>Kills that nobody has begun to make.</summary>
    public int Left
    {
        get
        {
            lock (_gate)
                return _left;
        }
    }

    /// <summary>Kills that were made.</summary>
    public int Killed
    {
        get
        {
            lock (_gate)
                return _places.Values.Sum();
        }
    }

    public int At(KillPlace place)
    {
        lock (_gate)
            return _places.GetValueOrDefault(place);
    }

    /// <summary>Takes one; false when there is none.</summary>
    public bool Take()
    {
        lock (_gate)
            return _left > 0 && _left-- > 0;
    }

    /// <summary>Says what has become of one that was taken: where it fell, or null when the process ended before its moment, so that it is still to be made.</summary>
    public void Give(bool taken, KillPlace? place)
    {
        lock (_gate)
        {
            if (place is { } fell)
                _places[fell] = _places.GetValueOrDefault(fell) + 1;
            else if (taken)
                _left++;
        }
    }

    public override string ToString()
    {
        lock (_gate)
            return $"{_places.Values.Sum()} kills: {string.Join(", ", _places.OrderBy(place => place.Key).Select(place => $"{place.Value} {place.Key}"))}";
    }
}
