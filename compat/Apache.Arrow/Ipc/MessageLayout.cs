namespace Apache.Arrow.Ipc;

/// <summary>Slots and codes of Arrow's metadata tables (format/Message.fbs, Schema.fbs and File.fbs of the Arrow specification).</summary>
internal static class MessageLayout
{
    public const int Continuation = -1;
    public const short Version5 = 4;
    public const int Alignment = 64;

    public static ReadOnlySpan<byte> FileMagic => "ARROW1"u8;

    public static class Header
    {
        public const byte Schema = 1;
        public const byte DictionaryBatch = 2;
        public const byte RecordBatch = 3;
    }

    public static class Type
    {
        public const byte Int = 2;
        public const byte FloatingPoint = 3;
        public const byte Binary = 4;
        public const byte Utf8 = 5;
        public const byte Bool = 6;
        public const byte Timestamp = 10;
        public const byte List = 12;
        public const byte Struct = 13;
    }
}
