using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Groups;

/// <summary>
/// A consumer group: generations of members, each begun by a rebalance in which all join, one of them shares out the partitions, and
/// all get theirs. Called under the broker's lock. Members with an instance id are treated as any other.
/// </summary>
/// <param name="clock">Time of sessions and rebalances.</param>
/// <param name="firstDelay">How long an empty group waits for more members than the first.</param>
internal sealed class Group(TimeProvider clock, TimeSpan firstDelay)
{
    private readonly SortedDictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _promised = [];
    private string _leader = "";
    private string _protocol = "";
    private DateTimeOffset _deadline;
    private bool _waitsForMore;
    private int _idsGiven;

    public GroupPhase Phase { get; private set; }

    public int Generation { get; private set; }

    /// <summary>Takes in a member; the answer comes when all have joined.</summary>
    public Task<JoinAnswer> Join(JoinRequest request)
    {
        if (request.Protocols.Count == 0 || (_members.Count > 0 && !Fits(request)))
            return Now(ErrorCode.InconsistentGroupProtocol, request.MemberId);
        if (request.MemberId.Length == 0)
        {
            var id = $"member-{++_idsGiven}-{Guid.NewGuid():n}";
            if (!request.MustAskForId)
                return Rebalance(new Member(id) { Terms = request });
            _promised[id] = clock.GetUtcNow() + request.SessionTimeout;
            return Now(ErrorCode.MemberIdRequired, id);
        }

        if (_promised.Remove(request.MemberId))
            return Rebalance(new Member(request.MemberId) { Terms = request });
        if (!_members.TryGetValue(request.MemberId, out var member))
            return Now(ErrorCode.UnknownMemberId, request.MemberId);
        member.LastSeen = clock.GetUtcNow();
        var same = Same(member.Terms, request);
        member.Terms = request;

        // A follower that asks again missed its answer; only the leader can want another sharing out.
        var repeated = same && (Phase == GroupPhase.CompletingRebalance || (Phase == GroupPhase.Stable && member.Id != _leader));
        return repeated ? Task.FromResult(AnswerTo(member)) : Rebalance(member);
    }

    /// <summary>Gives a member its partitions, when the leader has shared them out.</summary>
    public Task<SyncAnswer> Sync(string memberId, int generation, IReadOnlyList<(string MemberId, ReadOnlyMemory<byte> Assignment)> assignments)
    {
        if (Check(memberId, generation, out var member) is not ErrorCode.None and var error)
            return Task.FromResult(new SyncAnswer(error));
        member.LastSeen = clock.GetUtcNow();
        if (Phase == GroupPhase.Stable)
            return Task.FromResult(new SyncAnswer(ErrorCode.None, member.Assignment));
        if (Phase != GroupPhase.CompletingRebalance)
            return Task.FromResult(new SyncAnswer(ErrorCode.RebalanceInProgress));
        member.Syncing ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = member.Syncing.Task;
        if (memberId == _leader)
        {
            foreach (var each in _members.Values)
            {
                each.Assignment = assignments.FirstOrDefault(assignment => assignment.MemberId == each.Id).Assignment.ToArray();
                each.Syncing?.TrySetResult(new SyncAnswer(ErrorCode.None, each.Assignment));
                each.Syncing = null;
            }

            Phase = GroupPhase.Stable;
        }

        return answer;
    }

    /// <summary>A sign of life.</summary>
    public ErrorCode Heartbeat(string memberId, int generation)
    {
        if (Check(memberId, generation, out var member) is not ErrorCode.None and var error)
            return error;
        member.LastSeen = clock.GetUtcNow();
        return Phase == GroupPhase.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    /// <summary>A member goes.</summary>
    public ErrorCode Leave(string memberId)
    {
        if (_promised.Remove(memberId))
            return ErrorCode.None;
        if (!_members.ContainsKey(memberId))
            return ErrorCode.UnknownMemberId;
        Remove(memberId);
        return ErrorCode.None;
    }

    /// <summary>Whether a member may commit offsets.</summary>
    /// <param name="memberId">Its id; empty from a program that is no member.</param>
    /// <param name="generation">Its generation; -1 from a program that is no member.</param>
    /// <param name="inTransaction">Programs that are no members may do so in a transaction only, unless there are no members.</param>
    public ErrorCode MayCommit(string memberId, int generation, bool inTransaction)
    {
        if (generation < 0 && memberId.Length == 0)
            return inTransaction || Phase == GroupPhase.Empty ? ErrorCode.None : ErrorCode.UnknownMemberId;
        if (Check(memberId, generation, out var member) is not ErrorCode.None and var error)
            return error;
        if (!inTransaction && Phase == GroupPhase.CompletingRebalance)
            return ErrorCode.RebalanceInProgress;
        member.LastSeen = clock.GetUtcNow();
        return ErrorCode.None;
    }

    /// <summary>Removes members that have not been heard of, and ends rebalances that have taken long enough.</summary>
    public void Expire()
    {
        var now = clock.GetUtcNow();
        foreach (var late in _promised.Where(promise => now >= promise.Value).Select(promise => promise.Key).ToList())
            _promised.Remove(late);
        foreach (var member in _members.Values.ToList())
        {
            if (member.Joining is null && member.Syncing is null && now - member.LastSeen >= member.Terms.SessionTimeout)
                Remove(member.Id);
        }

        if (Phase == GroupPhase.PreparingRebalance)
            TryBegin();
        else if (Phase == GroupPhase.CompletingRebalance && now >= _deadline)
            Drop(_members.Values.Where(member => member.Syncing is null));
    }

    private static Task<JoinAnswer> Now(ErrorCode error, string memberId) => Task.FromResult(new JoinAnswer(error, memberId));

    private static bool Same(JoinRequest left, JoinRequest right) => left.Protocols.Count == right.Protocols.Count
        && left.Protocols.Zip(right.Protocols).All(pair => pair.First.Name == pair.Second.Name && pair.First.Metadata.Span.SequenceEqual(pair.Second.Metadata.Span));

    private bool Fits(JoinRequest request)
    {
        var others = _members.Values.Where(member => member.Id != request.MemberId).ToList();
        return others.Count == 0 || (others.All(member => member.Terms.ProtocolType == request.ProtocolType)
            && request.Protocols.Any(protocol => others.All(member => member.Terms.Protocols.Any(known => known.Name == protocol.Name))));
    }

    private ErrorCode Check(string memberId, int generation, out Member member) =>
        !_members.TryGetValue(memberId, out member!) ? ErrorCode.UnknownMemberId
        : generation != Generation ? ErrorCode.IllegalGeneration
        : ErrorCode.None;

    private Task<JoinAnswer> Rebalance(Member member)
    {
        member.LastSeen = clock.GetUtcNow();
        _members[member.Id] = member;
        member.Joining ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = member.Joining.Task;
        Prepare();
        TryBegin();
        return answer;
    }

    private void Prepare()
    {
        if (Phase == GroupPhase.PreparingRebalance)
            return;
        foreach (var member in _members.Values)
        {
            member.Syncing?.TrySetResult(new SyncAnswer(ErrorCode.RebalanceInProgress));
            member.Syncing = null;
        }

        _waitsForMore = Phase == GroupPhase.Empty && firstDelay > TimeSpan.Zero;
        Phase = GroupPhase.PreparingRebalance;
        _deadline = clock.GetUtcNow() + (_waitsForMore ? firstDelay : LongestRebalance());
    }

    private TimeSpan LongestRebalance() => _members.Values.Select(member => member.Terms.RebalanceTimeout).DefaultIfEmpty().Max();

    /// <summary>Begins the generation when everyone has joined, or the time is over.</summary>
    private void TryBegin()
    {
        var over = clock.GetUtcNow() >= _deadline;
        if (!over && (_waitsForMore || _promised.Count > 0 || _members.Values.Any(member => member.Joining is null)))
            return;
        foreach (var absent in _members.Values.Where(member => member.Joining is null).ToList())
            _members.Remove(absent.Id);
        Generation++;
        if (_members.Count == 0)
        {
            Phase = GroupPhase.Empty;
            return;
        }

        if (!_members.ContainsKey(_leader))
            _leader = _members.Keys.First();
        _protocol = _members[_leader].Terms.Protocols.Select(protocol => protocol.Name)
            .Where(name => _members.Values.All(member => member.Terms.Protocols.Any(known => known.Name == name)))
            .MaxBy(name => _members.Values.Count(member => member.Terms.Protocols[0].Name == name))!;
        Phase = GroupPhase.CompletingRebalance;
        _deadline = clock.GetUtcNow() + LongestRebalance();
        foreach (var member in _members.Values)
        {
            member.LastSeen = clock.GetUtcNow();
            member.Joining!.TrySetResult(AnswerTo(member));
            member.Joining = null;
        }
    }

    private JoinAnswer AnswerTo(Member member) => new(
        ErrorCode.None, member.Id, Generation, _protocol, _leader,
        member.Id == _leader ? [.. _members.Values.Select(each => (each.Id, each.Metadata(_protocol)))] : []);

    private void Remove(string memberId)
    {
        if (_members.TryGetValue(memberId, out var member))
            Drop([member]);
    }

    private void Drop(IEnumerable<Member> members)
    {
        foreach (var member in members.ToList())
        {
            _members.Remove(member.Id);
            member.Joining?.TrySetResult(new JoinAnswer(ErrorCode.UnknownMemberId, member.Id));
            member.Syncing?.TrySetResult(new SyncAnswer(ErrorCode.UnknownMemberId));
        }

        if (_members.Count == 0)
        {
            Phase = GroupPhase.Empty;
            Generation++;
            return;
        }

        Prepare();
        TryBegin();
    }
}
