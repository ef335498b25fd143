"""Controls for what can be chosen about an export: a row for each field."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSpinBox, QWidget

from memnet_gui.export_fields import Choose, Count, Field, Value, completed
from memnet_gui.theme import GRID

CONTROL_WIDTH = 44 * GRID


class ExportForm(QWidget):
    """changed(str): another value was chosen for the field of that key."""

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: tuple[Field, ...] = ()
        self._controls: dict[str, QComboBox | QSpinBox] = {}
        self._labels: dict[str, QLabel] = {}
        self._note = QLabel()
        self._note.setObjectName("caption")
        self._note.setWordWrap(True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(3 * GRID)
        self._grid.setVerticalSpacing(2 * GRID)
        self._grid.setColumnStretch(0, 1)

    @property
    def options(self) -> dict[str, Value]:
        return {field.key: self._value(field.key) for field in self._fields}

    @property
    def controls(self) -> Mapping[str, QComboBox | QSpinBox]:
        """By the keys of the fields, in the order in which Tab reaches them."""
        return self._controls

    def show_fields(self, fields: tuple[Field, ...], remembered: Mapping[str, object]) -> None:
        """Offer these, with the values remembered as far as they still can be chosen."""
        for widget in (*self._controls.values(), *self._labels.values()):
            widget.setParent(None)  # at once; deleted only once the event at hand is over
            widget.deleteLater()
        self._grid.removeWidget(self._note)
        self._fields, self._controls, self._labels = fields, {}, {}
        values = completed(fields, remembered)
        for row, field in enumerate(fields):
            control = self._control(field, values[field.key])
            label = QLabel(field.label)
            label.setBuddy(control)
            label.setToolTip(field.tip)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(control, row, 1, Qt.AlignmentFlag.AlignRight)
            self._controls[field.key], self._labels[field.key] = control, label
        self._grid.addWidget(self._note, len(fields), 0, 1, 2)
        self._note.setText("\n".join(_missing(fields)))
        self._note.setVisible(bool(self._note.text()))
        self._show_what_matters()

    def choose(self, key: str, value: Value) -> None:
        """Show another value of a combo box without telling anyone."""
        control = self._controls[key]
        assert isinstance(control, QComboBox)
        control.blockSignals(True)
        control.setCurrentIndex(control.findData(value))
        control.blockSignals(False)
        self._show_what_matters()

    def _value(self, key: str) -> Value:
        control = self._controls[key]
        value: Value = control.value() if isinstance(control, QSpinBox) else control.currentData()
        return value

    def _control(self, field: Field, value: Value) -> QComboBox | QSpinBox:
        control = _spin_box(field, value) if isinstance(field, Count) else _combo_box(field, value)
        control.setAccessibleName(field.label.replace("&", ""))
        control.setToolTip(field.tip)
        control.setFixedWidth(CONTROL_WIDTH)
        control.setProperty("key", field.key)
        if isinstance(control, QSpinBox):
            control.valueChanged.connect(self._tell)
        else:
            control.currentIndexChanged.connect(self._tell)
        return control

    @Slot()
    def _tell(self) -> None:
        self._show_what_matters()
        self.changed.emit(str(self.sender().property("key")))

    def _show_what_matters(self) -> None:
        options = self.options
        for field in self._fields:
            matters = field.matters(options)
            self._controls[field.key].setEnabled(matters)
            self._labels[field.key].setEnabled(matters)


def _combo_box(field: Field, value: Value) -> QComboBox:
    assert isinstance(field, Choose)
    box = QComboBox()
    model = box.model()
    assert isinstance(model, QStandardItemModel)
    for number, item in enumerate(field.items):
        box.addItem(item.text, item.value)
        if item.why_not:
            model.item(number).setEnabled(False)
            model.item(number).setToolTip(item.why_not)
    box.setCurrentIndex(box.findData(value))
    return box


def _spin_box(field: Count, value: Value) -> QSpinBox:
    box = QSpinBox()
    box.setRange(field.low, field.high)
    box.setSuffix(field.unit)
    box.setGroupSeparatorShown(True)
    box.lineEdit().setTextMargins(2 * GRID, 0, 0, 0)  # as in a combo box
    box.setValue(int(value))
    return box


def _missing(fields: tuple[Field, ...]) -> list[str]:
    """What would have to be installed for all items."""
    return [
        item.why_not for field in fields if isinstance(field, Choose) for item in field.items if item.why_not
    ]
