package slogxredact

import (
	"encoding"
	"encoding/json"
	"fmt"
)

// unmarshal decodes JSON. What encoding/json says of a wrong value may quote it.
func unmarshal(b []byte, v any) error {
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("decode secret: want JSON for a %T", v)
	}
	return nil
}

func unmarshalText(b []byte, v any) error {
	switch v := v.(type) {
	case *string:
		*v = string(b)
		return nil
	case *[]byte:
		*v = append([]byte(nil), b...)
		return nil
	case encoding.TextUnmarshaler:
		if v.UnmarshalText(b) == nil {
			return nil
		}
	}
	return fmt.Errorf("decode secret: want text for a %T", v)
}
