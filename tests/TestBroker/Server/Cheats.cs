namespace Emergence.TestBroker.Server;

/// <summary>Ways in which the broker can break its word, so that the tests of a client can be shown to notice.</summary>
[Flags]
public enum Cheats
{
    /// <summary>An honest broker.</summary>
    None = 0,

    /// <summary>Never says which transactions were aborted, so that their messages are taken for committed.</summary>
    ShowAborted = 1,

    /// <summary>A second producer of a transactional id neither fences the first nor ends its transaction.</summary>
    NoFencing = 2,

    /// <summary>Offsets sent in a transaction are acknowledged and forgotten.</summary>
    DropTransactionalOffsets = 4,

    /// <summary>Open transactions do not hold back the last stable offset.</summary>
    StableOffsetIsHighWatermark = 8,

    /// <summary>Offsets sent in a transaction count at once, whether it is committed or not.</summary>
    OffsetsCountAtOnce = 16,

    /// <summary>Offsets are taken from members of former generations.</summary>
    NoGenerationCheck = 32,

    /// <summary>A batch that is sent again is appended again.</summary>
    ForgetSequences = 64,

    /// <summary>Only the first partition of a transaction is committed; the others are aborted.</summary>
    CommitByHalves = 128,
}
