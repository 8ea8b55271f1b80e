using Emergence.Sinks.Kafka.Client;

namespace Emergence.TestKit.Kafka;

/// <summary>
/// A consumer group of the model, over one topic. Partitions are handed over as cooperative members do it: a member that loses one ends its work
/// on it and gives it up before the next owner begins; those that keep theirs go on. A member that the group has given up for lost learns of it
/// later, and until then works on under a membership that does not count.
/// </summary>
internal sealed class ModelGroup
{
    private static readonly TimeSpan s_session = TimeSpan.FromSeconds(10);

    private readonly ModelLog _log;
    private readonly string _group;
    private readonly string _topic;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<ModelMember> _members = [];
    private volatile int _generation;

    public ModelGroup(ModelLog log, string group, string topic) => (_log, _group, _topic) = (log, group, topic);

    /// <summary>Counts the rebalances.</summary>
    public int Generation => _generation;

    /// <summary>Names of the members that count.</summary>
    public IReadOnlyList<string> Members
    {
        get
        {
            lock (_members)
            {
                return [.. _members.Select(m => m.Process)];
            }
        }
    }

    public async Task JoinAsync(string process, Func<bool> isDead, IGroupMember member, CancellationToken leave)
    {
        var joined = new ModelMember(this, _log, _group, _topic, process, isDead, member);
        await ChangeAsync(() => _members.Add(joined)).ConfigureAwait(false);
        using var onLeave = leave.Register(joined.Leave);
        try
        {
            await joined.Ended.ConfigureAwait(false);
        }
        finally
        {
            if (isDead())
            {
                // Nobody tells it anything; the others go on when its session has timed out.
                await joined.VanishAsync().ConfigureAwait(false);
                _ = TimeOutAsync(joined);
            }
            else
            {
                await joined.GiveUpAllAsync(lost: false).ConfigureAwait(false);
                await ChangeAsync(() => _members.Remove(joined)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gives a member up for lost, and tells it after a time, when it joins again.</summary>
    public async Task LoseAsync(string process, TimeSpan until)
    {
        ModelMember? lost = null;
        await ChangeAsync(() =>
        {
            lost = _members.Find(m => m.Process == process && !m.HasEnded);
            if (lost is not null)
            {
                lost.Standing = false;
                _members.Remove(lost);
            }
        }).ConfigureAwait(false);
        if (lost is null)
        {
            return;
        }

        await Task.Delay(until, _log.Time, CancellationToken.None).ConfigureAwait(false);
        await lost.GiveUpAllAsync(lost: true).ConfigureAwait(false);
        await ChangeAsync(() =>
        {
            if (!lost.HasEnded)
            {
                lost.Standing = true;
                _members.Add(lost);
            }
        }).ConfigureAwait(false);
    }

    private async Task TimeOutAsync(ModelMember member)
    {
        await Task.Delay(s_session, _log.Time).ConfigureAwait(false);
        await ChangeAsync(() => _members.Remove(member)).ConfigureAwait(false);
    }

    private async Task ChangeAsync(Action change)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            ModelMember[] members;
            lock (_members)
            {
                change();
                members = [.. _members];
            }

            // Who comes last gets the first partition, so that every change moves some.
            var owners = Enumerable.Range(0, _log.Ends(_topic).Length).ToDictionary(p => p, p => members.Length == 0 ? null : members[^((p % members.Length) + 1)]);
            foreach (var member in members)
            {
                foreach (var partition in member.Partitions.Where(p => owners[p] != member))
                {
                    await member.GiveUpAsync(partition, lost: false).ConfigureAwait(false);
                }
            }

            _generation++;
            foreach (var (partition, owner) in owners)
            {
                owner?.Assign(partition);
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
