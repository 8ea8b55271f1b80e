using Apache.Arrow.Types;

namespace Apache.Arrow;

public partial class Field
{
    /// <summary>Builds a field step by step.</summary>
    public class Builder
    {
        private Dictionary<string, string>? _metadata;
        private string _name = "";
        private IArrowType? _type;
        private bool _nullable = true;

        public Builder Name(string value)
        {
            if (string.IsNullOrEmpty(value))
            {
                throw new ArgumentNullException(nameof(value));
            }

            _name = value;
            return this;
        }

        public Builder DataType(IArrowType type)
        {
            ArgumentNullException.ThrowIfNull(type);
            _type = type;
            return this;
        }

        public Builder Nullable(bool value)
        {
            _nullable = value;
            return this;
        }

        public Builder Metadata(string key, string value)
        {
            (_metadata ??= [])[key] = value;
            return this;
        }

        public Field Build() => new(_name, _type!, _nullable, _metadata);
    }
}
