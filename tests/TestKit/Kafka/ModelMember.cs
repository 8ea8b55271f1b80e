using Emergence.Sinks.Kafka.Client;

namespace Emergence.TestKit.Kafka;

/// <summary>A member of a group of the model: one loop per partition.</summary>
internal sealed class ModelMember(ModelGroup owner, ModelLog log, string group, string topic, string process, Func<bool> isDead, IGroupMember member) : IGenerationalMembership
{
    private readonly Dictionary<int, (CancellationTokenSource Revoked, Task Loop)> _partitions = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int _stale;
    private volatile bool _standing = true;

    public string Process => process;

    public string Group => group;

    /// <summary>Completes when it leaves, with the failure when there was one.</summary>
    public Task Ended => _ended.Task;

    public bool HasEnded => _ended.Task.IsCompleted;

    /// <summary>Whether the group counts it in; when not, it has the generation in which it was lost.</summary>
    public bool Standing
    {
        get => _standing;
        set
        {
            _stale = owner.Generation;
            _standing = value;
        }
    }

    public int Generation => Standing ? owner.Generation : _stale;

    public IReadOnlyList<int> Partitions
    {
        get
        {
            lock (_partitions)
            {
                return [.. _partitions.Keys];
            }
        }
    }

    public void Leave() => _ended.TrySetResult();

    public void Assign(int partition)
    {
        lock (_partitions)
        {
            if (_partitions.ContainsKey(partition) || HasEnded)
            {
                return;
            }

            var revoked = new CancellationTokenSource();
            var next = log.Offset(group, topic, partition) ?? 0;
            _partitions.Add(partition, (revoked, Task.Run(() => LoopAsync(partition, next, revoked.Token))));
        }
    }

    /// <summary>The process is gone: nothing of it goes on.</summary>
    public async Task VanishAsync()
    {
        (CancellationTokenSource Revoked, Task Loop)[] work;
        lock (_partitions)
        {
            work = [.. _partitions.Values];
            _partitions.Clear();
        }

        foreach (var (revoked, _) in work)
        {
            await revoked.CancelAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(work.Select(w => w.Loop)).ConfigureAwait(false);
    }

    public async Task GiveUpAllAsync(bool lost)
    {
        foreach (var partition in Partitions)
        {
            await GiveUpAsync(partition, lost).ConfigureAwait(false);
        }
    }

    public async Task GiveUpAsync(int partition, bool lost)
    {
        (CancellationTokenSource Revoked, Task Loop) work;
        lock (_partitions)
        {
            if (!_partitions.Remove(partition, out work))
            {
                return;
            }
        }

        await work.Revoked.CancelAsync().ConfigureAwait(false);
        await work.Loop.ConfigureAwait(false);
        if (isDead())
        {
            return;
        }

        try
        {
            await member.GiveUpAsync(topic, partition, lost).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _ended.TrySetException(failure);
        }
    }

    private async Task LoopAsync(int partition, long next, CancellationToken revoked)
    {
        try
        {
            while (true)
            {
                revoked.ThrowIfCancellationRequested();
                if (isDead())
                {
                    throw new ProcessDiedException();
                }

                var (message, changed) = log.Next(topic, partition, next);
                if (message is null)
                {
                    await changed.WaitAsync(revoked).ConfigureAwait(false);
                    continue;
                }

                await member.ReceiveAsync(message, this, revoked).ConfigureAwait(false);
                next = message.Place.Offset + 1;
            }
        }
        catch (OperationCanceledException) when (revoked.IsCancellationRequested)
        {
            // Revoked, as it was told.
        }
        catch (Exception failure)
        {
            _ended.TrySetException(failure);
        }
    }
}
