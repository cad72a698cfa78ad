"""What coordinators fill in; the words are here, what is right is decided below."""

from ilpes_lms.catalogue.forms.activities import ActivityForm, PartnerForm, data_of
from ilpes_lms.catalogue.forms.class_sessions import (
    CalledOffForm,
    ClassSessionForm,
    MovedSessionForm,
    PatternForm,
    data_of_session,
)
from ilpes_lms.catalogue.forms.headcounts import HeadcountForm, RecordForm
from ilpes_lms.catalogue.forms.materials import MaterialForm
from ilpes_lms.catalogue.forms.modules import ModuleForm, data_of_module
from ilpes_lms.catalogue.forms.staff import StaffForm

__all__ = [
    "ActivityForm",
    "CalledOffForm",
    "ClassSessionForm",
    "HeadcountForm",
    "MaterialForm",
    "ModuleForm",
    "MovedSessionForm",
    "PartnerForm",
    "PatternForm",
    "RecordForm",
    "StaffForm",
    "data_of",
    "data_of_module",
    "data_of_session",
]
